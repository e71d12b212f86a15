public class Slow { public static void main(String[] a) { for (;;); } }
