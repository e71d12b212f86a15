public class Count {
    public static void main(String[] args) throws Exception {
        System.out.print(System.in.readAllBytes().length);
    }
}
