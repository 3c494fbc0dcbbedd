// In place of 90 kB of the theme, for icons of one's own: this book has none.
