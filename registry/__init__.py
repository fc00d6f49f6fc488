"""Enterprises, sites, regulatory lists, obligations, issued documents and their import."""
