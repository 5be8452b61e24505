"""The one reader of amounts in both languages: numbers, units, dates, money, clocks and ranges of them."""
