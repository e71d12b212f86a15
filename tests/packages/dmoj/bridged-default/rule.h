#pragma once
inline bool fits(long a, long b, long n) { return a > 1 && b > 1 && a * b == n; }
