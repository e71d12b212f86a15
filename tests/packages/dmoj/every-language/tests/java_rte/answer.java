public class Crash { public static void main(String[] a) { throw new IllegalStateException(); } }
