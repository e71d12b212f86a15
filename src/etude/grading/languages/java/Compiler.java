// Compiles Java answers; runs in a jail of its own and runs none of them (-proc:none).
//
// `java Compiler.java once MAIN FILE…` compiles files of the working directory: the errors go to standard output, one a
// line (file, line, column, message, with tabs between), the compiler's own words to standard error, the program to
// __etude_program.jar. `java Compiler.java serve` does so again and again: resident.py says how the two talk.

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreeScanner;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.lang.model.element.Modifier;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticListener;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

public final class Compiler {
    private static final String ARTEFACT = "__etude_program.jar";
    private static final int MAX_ERRORS = 50;
    private static final List<String> OPTIONS =
        List.of("-proc:none", "-g", "-encoding", "UTF-8", "-Xmaxerrs", "" + MAX_ERRORS, "-Xmaxwarns", "10");
    // What a first answer would otherwise wait for: the classes of the compiler, and the library's tables.
    private static final String WARM_UP =
        "import java.util.*; public class Warm { record R(int x) {} public static void main(String[] a) {"
        + " Scanner s = new Scanner(System.in); List<R> l = new ArrayList<>(); Map<String, Integer> m = new HashMap<>();"
        + " for (String w : a) { m.merge(w, 1, Integer::sum); l.add(new R(w.length())); }"
        + " l.stream().map(R::x).sorted(Comparator.reverseOrder()).forEach(System.out::println);"
        + " System.out.printf(\"%d %s%n\", s.nextInt(), m); } }";

    private final JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    private final StandardJavaFileManager library;

    private Compiler() throws IOException {
        library = compiler.getStandardFileManager(null, Locale.ENGLISH, StandardCharsets.UTF_8);
        library.setLocation(StandardLocation.CLASS_PATH, List.of());
        library.setLocation(StandardLocation.SOURCE_PATH, List.of());
    }

    public static void main(String[] arguments) throws IOException {
        Compiler compiler = new Compiler();
        if (arguments[0].equals("serve")) {
            compiler.serve();
            return;
        }
        Map<String, byte[]> files = new LinkedHashMap<>();
        for (int place = 2; place < arguments.length; place++) {
            files.put(arguments[place], Files.readAllBytes(Path.of(arguments[place])));
        }
        Result result = compiler.compile(arguments[1], files);
        System.out.write(result.errors());
        System.out.flush();
        System.err.write(result.words());
        if (result.isGood()) {
            Files.write(Path.of(ARTEFACT), result.program);
        }
        System.exit(result.isGood() ? 0 : 1);
    }

    private void serve() throws IOException {
        DataInputStream requests = new DataInputStream(System.in);
        DataOutputStream replies = new DataOutputStream(System.out);
        System.setOut(new PrintStream(OutputStream.nullOutputStream()));
        for (int round = 0; round < 8; round++) {
            compile("Warm.java", Map.of("Warm.java", WARM_UP.getBytes(StandardCharsets.UTF_8)));
        }
        send(replies, new byte[0]);
        replies.flush();
        while (true) {
            int count = requests.readInt();
            String main = new String(receive(requests), StandardCharsets.UTF_8);
            Map<String, byte[]> files = new LinkedHashMap<>();
            for (int number = 0; number < count; number++) {
                String name = new String(receive(requests), StandardCharsets.UTF_8);
                files.put(name, receive(requests));
            }
            Result result = compile(main, files);
            send(replies, result.errors());
            send(replies, result.words());
            send(replies, result.isGood() ? result.program : new byte[0]);
            replies.flush();
        }
    }

    private static byte[] receive(DataInputStream requests) throws IOException {
        byte[] data = new byte[requests.readInt()];
        requests.readFully(data);
        return data;
    }

    private static void send(DataOutputStream replies, byte[] data) throws IOException {
        replies.writeInt(data.length);
        replies.write(data);
    }

    /** What became of one answer; nothing of it stays in this program. */
    private static final class Result implements DiagnosticListener<JavaFileObject> {
        private final StringBuilder lines = new StringBuilder();
        private final StringBuilder text = new StringBuilder();
        private int errorCount;
        private byte[] program = new byte[0];

        boolean isGood() {
            return errorCount == 0 && program.length > 0;
        }

        byte[] errors() {
            return lines.toString().getBytes(StandardCharsets.UTF_8);
        }

        byte[] words() {
            return text.toString().getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public void report(Diagnostic<? extends JavaFileObject> found) {
            String file = found.getSource() == null ? "" : found.getSource().getName();
            String message = found.getMessage(Locale.ENGLISH);
            if (found.getKind() == Diagnostic.Kind.ERROR) {
                refuse(file, found.getLineNumber(), found.getColumnNumber(), message);
            } else if (text.length() < 16_384) {
                text.append(found).append('\n');
            }
        }

        /** The first line, and which symbol is not found: that stands in a line of its own. */
        private static String inOneLine(String message) {
            String[] lines = message.split("\n");
            for (String line : lines) {
                if (line.trim().startsWith("symbol:")) {
                    return lines[0] + ": " + line.trim().substring(7).trim();
                }
            }
            return lines[0];
        }

        void refuse(String file, long line, long column, String message) {
            errorCount++;
            String[] fields = {file, "" + Math.max(0, line), "" + Math.max(0, column), inOneLine(message)};
            for (int place = 0; place < fields.length; place++) {
                fields[place] = fields[place].replace('\t', ' ').replace('\r', ' ');
            }
            lines.append(String.join("\t", fields)).append('\n');
            text.append(file).append(':').append(line).append(": error: ").append(message).append('\n');
        }
    }

    private Result compile(String main, Map<String, byte[]> files) throws IOException {
        Result result = new Result();
        List<Source> sources = new ArrayList<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            try {
                sources.add(new Source(file.getKey(), decode(file.getValue())));
            } catch (CharacterCodingException error) {
                result.refuse(file.getKey(), 0, 0, "this file is not UTF-8 text");
            }
        }
        if (result.errorCount > 0) {
            return result;
        }
        try (Memory memory = new Memory(library)) {
            JavacTask task = (JavacTask) compiler.getTask(null, memory, result, OPTIONS, null, sources);
            String found = new MainClass(main).find(task.parse());
            if (result.errorCount == 0) {
                task.generate();
            }
            if (result.errorCount == 0 && found == null) {
                result.refuse(main, 0, 0, "no class has a method: public static void main(String[] args)");
            }
            if (result.errorCount == 0) {
                result.program = memory.jar(found);
            }
        } catch (StackOverflowError error) {
            result.refuse(main, 0, 0, "the compiler gave up: this program is nested too deeply");
        }
        return result;
    }

    private static String decode(byte[] data) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
    }

    /** A file of the answer. Any public class may stand in it, whatever its name, as in most editors for beginners. */
    private static final class Source extends SimpleJavaFileObject {
        private final String name;
        private final String code;

        Source(String name, String code) {
            super(URI.create("answer:///" + encode(name)), Kind.SOURCE);
            this.name = name;
            this.code = code;
        }

        private static String encode(String name) {
            StringBuilder encoded = new StringBuilder();
            for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
                char letter = (char) (each & 0xFF);
                boolean isPlain = letter < 128 && (Character.isLetterOrDigit(letter) || "/._-$".indexOf(letter) >= 0);
                encoded.append(isPlain ? "" + letter : String.format("%%%02X", (int) letter));
            }
            return encoded.toString();
        }

        @Override
        public boolean isNameCompatible(String simpleName, Kind kind) {
            return kind == Kind.SOURCE && !simpleName.endsWith("-info");
        }

        @Override
        public CharSequence getCharContent(boolean ignoresEncodingErrors) {
            return code;
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** Finds the class to start: in the program's own file, else in the first of the others. */
    private static final class MainClass extends TreeScanner<Void, String> {
        private final String mainFile;
        private final Map<Integer, String> byRank = new TreeMap<>();
        private int rank;

        MainClass(String mainFile) {
            this.mainFile = mainFile;
        }

        String find(Iterable<? extends CompilationUnitTree> units) {
            int place = 1;
            for (CompilationUnitTree unit : units) {
                rank = unit.getSourceFile().getName().equals(mainFile) ? 0 : place++;
                String prefix = unit.getPackageName() == null ? "" : unit.getPackageName() + ".";
                for (var declared : unit.getTypeDecls()) {
                    scan(declared, prefix);
                }
            }
            return byRank.isEmpty() ? null : byRank.values().iterator().next();
        }

        @Override
        public Void visitClass(ClassTree tree, String prefix) {
            String name = prefix + tree.getSimpleName();
            for (var member : tree.getMembers()) {
                if (member instanceof MethodTree method && isMain(method)) {
                    byRank.putIfAbsent(rank, name);
                } else if (member instanceof ClassTree inner) {
                    visitClass(inner, name + "$");
                }
            }
            return null;
        }

        private static boolean isMain(MethodTree method) {
            if (!method.getName().contentEquals("main") || method.getParameters().size() != 1) {
                return false;
            }
            VariableTree parameter = method.getParameters().get(0);
            String type = parameter.getType().toString().replace(" ", "");
            var flags = method.getModifiers().getFlags();
            return flags.contains(Modifier.STATIC) && (flags.contains(Modifier.PUBLIC))
                && (type.endsWith("String[]") || type.endsWith("String..."));
        }
    }

    /** The library's classes, and in memory those that are made. */
    private static final class Memory extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> made = new TreeMap<>();

        Memory(JavaFileManager library) {
            super(library);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
            Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            made.put(className.replace('.', '/') + ".class", bytes);
            return new SimpleJavaFileObject(URI.create("class:///made.class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    return bytes;
                }
            };
        }

        byte[] jar(String mainClass) throws IOException {
            Manifest manifest = new Manifest();
            manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
            manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, mainClass);
            // Files beside the program are found as resources, as they are in an editor.
            manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, "./");
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (JarOutputStream jar = new JarOutputStream(bytes, manifest)) {
                jar.setLevel(0);
                for (Map.Entry<String, ByteArrayOutputStream> each : made.entrySet()) {
                    jar.putNextEntry(new JarEntry(each.getKey()));
                    each.getValue().writeTo(jar);
                    jar.closeEntry();
                }
            }
            return bytes.toByteArray();
        }

        @Override
        public void close() {
            // The library stays open for the next answer.
        }
    }
}
