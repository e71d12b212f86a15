import java.util.Scanner;

public class Once {
    public static void main(String[] args) {
        System.out.println(new Scanner(System.in).nextLong());
    }
}
