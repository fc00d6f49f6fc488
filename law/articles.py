"""Articles as a document cites them. Pure."""

from core.amounts import article_words


def citation_text(law_title: str, ref: str) -> str:
    """How a document cites an article: 《中华人民共和国生态环境法典》第一千一百零四条第一款."""
    return f"《{law_title}》{article_words(ref)}"
