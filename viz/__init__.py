"""What is seen and touched: runs recorded week by week, the app in the browser, and its server. Imports run viz -> experiments -> model."""
