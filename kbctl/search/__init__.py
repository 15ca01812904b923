"""Finding the entry that answers a question: analysis of Chinese, index, ranking, passages."""
