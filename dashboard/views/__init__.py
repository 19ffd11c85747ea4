"""The pages and the JSON of the contract; the top floor, which everything else stands below."""
