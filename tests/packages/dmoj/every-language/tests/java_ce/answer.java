public class Broken { public static void main(String[] a) { return 1; } }
