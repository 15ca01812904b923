"""What a knowledge base is: entries, types, people and dates. Standard library only, no input or output."""
