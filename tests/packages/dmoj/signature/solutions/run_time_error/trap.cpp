bool is_valid(int) { __builtin_trap(); }
