"""Findings and results as Word and Excel files: form components and the forms."""
