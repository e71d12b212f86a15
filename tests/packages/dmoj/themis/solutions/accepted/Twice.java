public class Twice { public static void main(String[] a) { System.out.println(2 * new java.util.Scanner(System.in).nextInt()); } }
