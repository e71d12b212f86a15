import java.util.*;
public class Hog {
    public static void main(String[] args) {
        List<byte[]> x = new ArrayList<>();
        while (true) x.add(new byte[1 << 20]);
    }
}
