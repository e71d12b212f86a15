bool is_valid(int) { return true; }
