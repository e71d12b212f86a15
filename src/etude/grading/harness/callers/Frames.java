// Frames of values between a script's jail and the answer's (see conversation.py). Runs in both.

package etude.calls;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

final class Frames {
    private static final int LIMIT = 8 << 20;
    private final DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in));
    private final DataOutputStream out = new DataOutputStream(new FileOutputStream(FileDescriptor.out));

    /** Take the process's own streams; what is printed then goes where errors go. */
    Frames(String input) throws IOException {
        System.setOut(new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8));
        System.setIn(new FileInputStream(input));
    }

    byte[] receive() throws IOException {
        int size = in.readInt();
        if (size < 0 || size > LIMIT) {
            throw new IOException("too large");
        }
        byte[] data = new byte[size];
        in.readFully(data);
        return data;
    }

    void send(String kind, byte[] data) throws IOException {
        byte[] whole = new byte[4 + kind.length() + data.length];
        int size = whole.length - 4;
        for (int place = 0; place < 4; place++) {
            whole[place] = (byte) (size >> (24 - 8 * place));
        }
        if (!kind.isEmpty()) {
            whole[4] = (byte) kind.charAt(0);
        }
        System.arraycopy(data, 0, whole, 4 + kind.length(), data.length);
        out.write(whole);
        out.flush();
    }
}
