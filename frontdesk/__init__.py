"""物业前台 without a screen: registers, rules, forms and the file they stand in."""
