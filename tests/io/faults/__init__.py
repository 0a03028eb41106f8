"""What a file may have wrong, item by item: a fault costs its row or the file, and is told with the way out."""
