"""Sheets for printing: quotes and drafts of accident reports as an A4 page, readable on a phone, and as PDF."""
