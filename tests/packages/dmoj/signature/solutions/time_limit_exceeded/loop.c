bool is_valid(int n) { for (volatile int i = 0;; i++); return n; }
