"""Tests of teachers in the manner of JUnit that use the answer's classes: stand-ins here, the objects in another jail."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from etude.grading.job import Test
from etude.grading.verdict import Status

pytestmark = [pytest.mark.java, pytest.mark.long]

DECLARED = """
import static org.junit.jupiter.api.Assertions.*;
import org.junit.jupiter.api.*;
import org.junit.jupiter.params.*;
import org.junit.jupiter.params.provider.*;
import java.util.*;
import java.util.stream.*;

interface Shape { double area(); }
class Account implements Comparable<Account> {
    native Account(String owner);
    native Account(String owner, int cents);
    static native Account parse(String text);
    native String getOwner();
    native int getCents();
    native Account deposit(int cents);
    native void withdraw(int cents) throws OverdrawnException;
    native void transfer(Account to, int cents) throws OverdrawnException;
    native int compareTo(Account other);
    static native int total(List<Account> all);
    static native Account[] sorted(Account... all);
    native Iterator<Integer> history();
    native Shape shape();
    native Object any();
}
class SavingsAccount extends Account {
    native SavingsAccount(String owner, double rate);
    native double rate();
}
class OverdrawnException extends Exception { native int missing(); }
class BadAmount extends RuntimeException { BadAmount(String message) { super(message); } }
class Box<T> { native Box(T value); native T get(); }
"""
SCRIPT = (
    DECLARED
    + """
class AccountTest {
    Account ada;
    @BeforeEach void make() { ada = new Account("Ada", 10); }
    @Test void methods() { ada.deposit(5); assertEquals(15, ada.getCents()); assertEquals("Ada", ada.getOwner()); }
    @Test void itself() { assertSame(ada, ada.deposit(1)); assertNotSame(ada, new Account("Ada")); }
    @Test void factories() { assertEquals(7, Account.parse("Bob:7").getCents()); }
    @Test void equality() {
        assertEquals(new Account("Ada", 10), ada); assertNotEquals(new Account("Bob"), ada); assertNotEquals(ada, null);
        assertFalse(ada.equals("Ada")); assertEquals(ada.hashCode(), new Account("Ada", 10).hashCode());
        assertTrue(Set.of(ada).contains(new Account("Ada", 10)));
    }
    @Test void words() { assertEquals("Ada: 10", ada.toString()); assertEquals("<Ada: 10>", "<" + ada + ">"); }
    @Test void order() {
        assertTrue(ada.compareTo(new Account("Bob")) < 0);
        List<Account> all = new ArrayList<>(List.of(new Account("Bob"), ada)); Collections.sort(all); assertSame(ada, all.get(0));
    }
    @Test void exceptions() throws Exception {
        OverdrawnException error = assertThrows(OverdrawnException.class, () -> ada.withdraw(12));
        assertEquals("2 short", error.getMessage()); assertEquals(2, error.missing());
        assertEquals("no", assertThrows(BadAmount.class, () -> ada.deposit(-1)).getMessage());
        assertThrows(NumberFormatException.class, () -> Account.parse("Bob:x"));
        assertThrows(IllegalArgumentException.class, () -> new Account(null));
    }
    @Test void arguments() throws Exception {
        Account bob = new Account("Bob"); ada.transfer(bob, 4); assertEquals(4, bob.getCents());
        assertEquals(10, Account.total(List.of(ada, bob))); assertSame(bob, Account.sorted(bob, ada)[1]);
    }
    @Test void inheritance() {
        SavingsAccount saved = new SavingsAccount("Eve", 0.5);
        assertEquals(0.5, saved.rate(), 1e-9); assertEquals("Eve", saved.getOwner());
        assertInstanceOf(SavingsAccount.class, Account.parse("saved:Eve"));
    }
    @Test void interfaces() {
        assertEquals(20.0, ada.shape().area(), 1e-9);
        List<Integer> seen = new ArrayList<>(); ada.deposit(3); ada.history().forEachRemaining(seen::add);
        assertEquals(List.of(10, 3), seen);
    }
    @Test void generics() { assertEquals("x", new Box<>("x").get()); assertSame(ada, new Box<>(ada).get()); }
    @ParameterizedTest @ValueSource(ints = {1, 2}) void values(int n) { assertEquals(10 + n, ada.deposit(n).getCents()); }
    @ParameterizedTest @CsvSource({"Bob, 3", "'Eve, x', 4"}) void rows(String owner, int n) { assertEquals(owner + ": " + n, "" + new Account(owner, n)); }
    @ParameterizedTest @MethodSource("given") void methods(List<Integer> all, int sum) {
        for (int each : all) ada.deposit(each);
        assertEquals(sum, ada.getCents());
    }
    static Stream<Arguments> given() { return Stream.of(Arguments.of(List.of(), 10), Arguments.of(List.of(1, 2), 13)); }
    @ParameterizedTest @NullAndEmptySource void nothing(String owner) { assertThrows(RuntimeException.class, () -> new Account(owner)); }
    @RepeatedTest(2) void again() { assertEquals(10, ada.getCents()); }
}
"""
)
ANSWER = """
import java.util.*;
class OverdrawnException extends Exception {
    private final int missing;
    OverdrawnException(int missing) { super(missing + " short"); this.missing = missing; }
    int missing() { return missing; }
}
class BadAmount extends IllegalArgumentException { BadAmount(String text) { super(text); } }
interface Shape { double area(); }
class Account implements Comparable<Account> {
    private final String owner; private int cents; private final List<Integer> history = new ArrayList<>();
    Account(String owner) { this(owner, 0); }
    Account(String owner, int cents) {
        if (owner == null || owner.isEmpty()) throw new IllegalArgumentException("owner");
        this.owner = owner; this.cents = cents; history.add(cents);
    }
    static Account parse(String text) {
        String[] parts = text.split(":");
        return parts[0].equals("saved") ? new SavingsAccount(parts[1], 1) : new Account(parts[0], Integer.parseInt(parts[1]));
    }
    String getOwner() { return owner; }
    int getCents() { return cents; }
    Account deposit(int n) { if (n < 0) throw new BadAmount("no"); cents += n; history.add(n); return this; }
    void withdraw(int n) throws OverdrawnException { if (n > cents) throw new OverdrawnException(n - cents); cents -= n; }
    void transfer(Account to, int n) throws OverdrawnException { withdraw(n); to.deposit(n); }
    @Override public int compareTo(Account o) { return owner.compareTo(o.owner); }
    @Override public boolean equals(Object o) { return o instanceof Account a && a.owner.equals(owner) && a.cents == cents; }
    @Override public int hashCode() { return Objects.hash(owner, cents); }
    @Override public String toString() { return owner + ": " + cents; }
    static int total(List<Account> all) { int t = 0; for (Account a : all) t += a.cents; return t; }
    static Account[] sorted(Account... all) { Account[] made = all.clone(); Arrays.sort(made); return made; }
    Iterator<Integer> history() { return history.iterator(); }
    Shape shape() { return () -> 2.0 * cents; }
    Object any() { return this; }
}
class SavingsAccount extends Account {
    private final double rate;
    SavingsAccount(String owner, double rate) { super(owner); this.rate = rate; }
    double rate() { return rate; }
}
class Box<T> { private final T value; Box(T value) { this.value = value; } T get() { return value; } }
"""


@pytest.fixture
def check(judge):
    """Judge an answer by one script; the verdict."""

    def run(answer, script):
        return judge(answer, "java", tests=(Test(name="t", script=script.encode()),), limits={"cpu_time_s": 5.0})

    return run


def test_classes_objects_exceptions_and_parametrised_tests_work_as_in_an_editor(check):
    verdict = check(ANSWER, SCRIPT)

    assert (verdict.status, verdict.message, verdict.tests[0].message, verdict.score) == (Status.AC, None, None, 10)


@pytest.mark.parametrize(
    ("change", "status", "sentence", "call"),
    [
        (("cents += n;", ""), Status.WA, "expected: <", "getCents() → 10"),
        (("missing + ", "1 + missing + "), Status.WA, "expected: <2 short> but was: <3 short>", 'getMessage() → "3 short"'),
        (("throw new BadAmount", "throw new IllegalStateException"), Status.WA, "expected BadAmount but", "deposit(-1)"),
        (("class Account", "class Konto"), Status.CE, "does not compile", ""),
        (("int getCents()", "int cents()"), Status.RTE, "The program defines no getCents.", "getCents()"),
        (("int getCents() { return cents; }", "int getCents() { throw new BadAmount(owner); }"), Status.RTE, "The program stopped on line 22: BadAmount: ", "getCents()"),
    ],
)  # fmt: skip
def test_how_a_class_goes_wrong_is_told_and_what_is_expected_only_in_the_message(check, change, status, sentence, call):
    verdict = check(ANSWER.replace(*change), SCRIPT)

    assert (verdict.status, verdict.score) == (status, 0)
    assert sentence in str(verdict.tests[0].message if verdict.tests else verdict.message)
    assert (verdict.tests[0].obtained.text if verdict.tests else "") == call


SECRET = "731904652"
CHECKS = (
    DECLARED
    + f"""
class Checks {{
    List<String> passed = new ArrayList<>();
    void check(String name, org.junit.jupiter.api.function.Executable code) {{
        try {{ code.execute(); passed.add(name); }} catch (Throwable error) {{ }}
    }}
    @Test void all() {{
        check("number", () -> assertEquals({SECRET}, new Account("a").getCents()));
        check("text", () -> assertEquals("{SECRET}", new Account("a").getOwner()));
        check("anything", () -> assertEquals({SECRET}, new Account("a").any()));
        check("the other way", () -> assertEquals(new Account("a").any(), {SECRET}));
        check("equals", () -> assertTrue(new Account("a").any().equals("{SECRET}")));
        check("set", () -> assertTrue(Set.of("{SECRET}").contains(new Account("a").any())));
        check("text of it", () -> assertEquals("{SECRET}", "" + new Account("a")));
        check("iterator", () -> {{ Iterator<Integer> all = new Account("a").history(); assertEquals({SECRET}, all.next()); }});
        check("array", () -> assertEquals({SECRET}, Account.sorted(new Account("a"))[0].getCents()));
        check("interface", () -> assertEquals({SECRET}.0, new Account("a").shape().area()));
        check("exception", () -> assertEquals("{SECRET}", assertThrows(OverdrawnException.class, () -> new Account("a").withdraw(2)).getMessage()));
        assertEquals(List.of("{SECRET}"), passed, "passed " + passed);
    }}
}}
"""
)
FORGED = '{\\"outcome\\": \\"passed\\"}'
MEMBERS = {
    "make": "Account(String s) { }",
    "cents": "int getCents() { return 0; }",
    "owner": "String getOwner() { return null; }",
    "any": "Object any() { return null; }",
    "history": "Iterator<Integer> history() { return List.of(0).iterator(); }",
    "sorted": "static Account[] sorted(Account... all) { return all; }",
    "shape": "Shape shape() { return () -> 0; }",
    "withdraw": "void withdraw(int n) throws Exception { throw new OverdrawnException(); }",
    "more": "",
}
TYPES = "import java.util.*; interface Shape { double area(); } class OverdrawnException extends Exception { }"


def account(**members):
    return f"{TYPES} class Account {{ {' '.join({**MEMBERS, **members}.values())} }}"


ANY = "class Any implements Comparable<Object>, Iterator<Object> { public boolean equals(Object o) { return true; } public int hashCode() { return 0; } public int compareTo(Object o) { return 0; } public boolean hasNext() { return true; } public Object next() { return this; } double area() { return 0; } }"
ATTACKS = {
    "honest but wrong": account(),
    "exit in a constructor": account(make="Account(String s) { System.exit(0); }"),
    "exit in an initialiser": account(more="static { Runtime.getRuntime().halt(0); }"),
    "exit in toString": account(more="public String toString() { System.exit(0); return null; }"),
    "exit in equals": account(any="Object any() { return this; }", more="public boolean equals(Object o) { System.exit(0); return true; }"),
    "a thread that exits": account(make="Account(String s) { new Thread(() -> System.exit(0)).start(); while (true); }"),
    "a shutdown hook": account(make="Account(String s) { Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0))); System.exit(0); }"),
    "equal to everything": account(cents="Any getCents() { return new Any(); }", owner="Any getOwner() { return new Any(); }", any="Object any() { return this; }", history="Any history() { return new Any(); }", shape="Any shape() { return new Any(); }", more=f"static {ANY} public boolean equals(Object o) {{ return true; }} public int hashCode() {{ return {SECRET[:4]}; }}"),
    "what it was compared with": account(cents="int getCents() { return seen instanceof Integer n ? n : 0; }", owner='String getOwner() { return "" + seen; }', any="Object any() { return seen instanceof String ? seen : this; }", more='static Object seen; public boolean equals(Object o) { seen = o; return true; } public String toString() { return "" + seen; }'),
    "an exception that exits": account().replace("Exception { }", "Exception { public String getMessage() { System.exit(0); return null; } }"),
    "an exception of its own making": account(cents="int getCents() { throw new AssertionError(); }", owner="String getOwner() { throw new ThreadDeath(); }", any="Object any() throws Throwable { throw new InterruptedException(); }"),
    "reflection on the harness": account(make='Account(String s) { for (String name : new String[] {"Serve", "Values", "Frames", "Calls", "Script", "Report"}) { try { for (var f : Class.forName("etude.calls." + name).getDeclaredFields()) { f.setAccessible(true); if (!f.getType().isPrimitive()) f.set(null, null); } } catch (Throwable e) { } } }'),
    "forged references": account(make='Account(String s) { raw("l3:s5:valueo0;l2:s6:Strings7:Integerl0:"); raw("l3:s6:raisedl5:s24:java.io.FileOutputStreams1:xs11:Checks.javai1;o7;l1:s18:OverdrawnExceptionl0:"); raw("l3:s5:valueo-1;nl0:"); raw("l3:s5:values-5:l0:"); }', more="static void raw(String t) { try { var out = new java.io.FileOutputStream(java.io.FileDescriptor.out); out.write(new byte[] {0, 0, 0, (byte) t.length()}); out.write(t.getBytes()); } catch (Exception e) { } }"),
    "a forged report": account(make=f'Account(String s) throws Exception {{ var out = new java.io.FileOutputStream(java.io.FileDescriptor.out); out.write(new byte[] {{0, 0, 0, 23, 68}}); out.write("{FORGED}".getBytes()); System.out.println("{FORGED}"); }}'),
    "looks for the script": account(cents='int getCents() throws Exception { for (var p : java.nio.file.Files.list(java.nio.file.Path.of(".")).toList()) { String t = java.nio.file.Files.readString(p, java.nio.charset.StandardCharsets.ISO_8859_1); int i = t.indexOf("7319"); if (i >= 0) return Integer.parseInt(t.substring(i, i + 9)); } return 0; }'),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_no_class_passes_a_check_without_solving(check, attack):
    verdict = check(attack, CHECKS)

    assert verdict.status in {Status.WA, Status.RTE, Status.TLE}
    assert verdict.score == 0
    if verdict.status is Status.WA:
        assert str(verdict.tests[0].message).startswith(("passed []", "getCents gives another kind of value"))
