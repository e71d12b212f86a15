class Broken { static void Main() { return 1; } }
