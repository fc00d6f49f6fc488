"""First letters of characters and of phrases, drawn from pypinyin once (``gather``) and read by ``core.search``."""
