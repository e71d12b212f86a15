import java.util.Scanner;
public class Deep {
    static int deep(int n) { return n == 0 ? 0 : deep(n - 1) + 1; }
    public static void main(String[] args) { System.out.println(deep(new Scanner(System.in).nextInt())); }
}
