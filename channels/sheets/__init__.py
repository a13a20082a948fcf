"""Sheets for printing: quotes and accident drafts on A4, readable on a phone, and as PDF."""
