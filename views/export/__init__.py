"""The page 导出: every file that the app can give, and what each is for."""
