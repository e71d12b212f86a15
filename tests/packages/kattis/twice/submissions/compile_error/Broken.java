public class Broken { void x() { return 1; } }
