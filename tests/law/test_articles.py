"""Articles as a document cites them."""

from law.articles import citation_text


def test_a_document_cites_an_article_by_title_and_number_in_words() -> None:
    text = citation_text("中华人民共和国生态环境法典", "1104.1(2)")
    assert text == "《中华人民共和国生态环境法典》第一千一百零四条第一款第二项"
    assert citation_text("排污许可管理条例", "36(9)") == "《排污许可管理条例》第三十六条第九项"
