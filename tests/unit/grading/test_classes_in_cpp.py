"""Assert programs in C++ that use the answer's classes: stand-ins here, the objects in another jail."""

# Short programs read best on one line.
# ruff: noqa: E501

from __future__ import annotations

import pytest

from etude.grading.job import Test
from etude.grading.verdict import Status

pytestmark = [pytest.mark.compilers, pytest.mark.long]

DECLARED = """
#include <cassert>
#include <iostream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>
using namespace std;

class Overdrawn : public runtime_error { public: explicit Overdrawn(const string &what) : runtime_error(what) {} };
class Account {
public:
    Account(string owner, int cents = 0);
    Account(const Account &other);
    Account &operator=(const Account &other);
    ~Account();
    const string &owner() const;
    int cents() const;
    Account &deposit(int cents);
    void withdraw(int cents);
    void transfer(Account &to, int cents);
    vector<int> history() const;
    void drain(vector<int> &into);
    static Account parse(const string &text);
    bool operator==(const Account &other) const;
    bool operator<(const Account &other) const;
    Account operator+(const Account &other) const;
    friend ostream &operator<<(ostream &out, const Account &account);
private:
    string owner_;
};
struct Empty { int size() const; };
const Account &richer(const Account &one, const Account &other);
int total(Account account, int more);
"""
SCRIPT = (
    DECLARED
    + """
void test_methods() {
    Account ada("Ada", 10);
    ada.deposit(5);
    assert(ada.cents() == 15); assert(ada.owner() == "Ada"); assert(ada.history() == (vector<int>{10, 5}));
    vector<int> all{1}; ada.drain(all); assert(all.size() == 3);
    assert(Account::parse("Bob:7").cents() == 7); assert(Empty().size() == 0);
}
void test_copies() {
    Account ada("Ada", 10), copy = ada;
    copy.deposit(1); assert(ada.cents() == 10 && copy.cents() == 11);
    copy = ada; assert(copy.cents() == 10);
    vector<Account> all{ada, copy}; all.push_back(Account("Eve")); assert(all[2].owner() == "Eve");
}
void test_references() {
    Account ada("Ada", 10), bob("Bob");
    assert(&ada.deposit(1) == &ada); ada.deposit(1).deposit(1); assert(ada.cents() == 13);
    ada.transfer(bob, 3); assert(bob.cents() == 3);
    assert(&richer(ada, bob) == &ada); assert(total(ada, 5) == 15);
}
void test_operators() {
    Account ada("Ada", 10);
    assert(ada == Account("Ada", 10)); assert(!(ada == Account("Ada"))); assert(ada < Account("Bob"));
    assert((ada + Account("Bob", 2)).cents() == 12);
    ostringstream out; out << "<" << ada << ">"; assert(out.str() == "<Ada: 10>");
}
void test_exceptions() {
    Account ada("Ada", 10);
    try { ada.withdraw(12); assert(false); } catch (const Overdrawn &error) { assert(string(error.what()) == "2 short"); }
    try { ada.deposit(-1); assert(false); } catch (const invalid_argument &error) { assert(string(error.what()) == "no"); }
    try { Account nobody(""); assert(false); } catch (const logic_error &) { }
    try { Account::parse("Bob:x"); assert(false); } catch (const exception &) { }
}
"""
)
ANSWER = """
#include <bits/stdc++.h>
using namespace std;
class Overdrawn : public runtime_error { public: Overdrawn(int n) : runtime_error(to_string(n) + " short") {} };
class Account {
    string name; int sum; vector<int> all;
public:
    Account(string owner, int cents = 0) : name(owner), sum(cents), all{cents} { if (owner.empty()) throw domain_error("owner"); }
    const string &owner() const { return name; }
    int cents() const { return sum; }
    Account &deposit(int n) { if (n < 0) throw invalid_argument("no"); sum += n; all.push_back(n); return *this; }
    void withdraw(int n) { if (n > sum) throw Overdrawn(n - sum); sum -= n; }
    void transfer(Account &to, int n) { withdraw(n); to.deposit(n); }
    vector<int> history() const { return all; }
    void drain(vector<int> &into) { for (int n : all) into.push_back(n); all.clear(); }
    static Account parse(const string &t) { auto at = t.find(':'); return Account(t.substr(0, at), stoi(t.substr(at + 1))); }
    bool operator<(const Account &o) const { return name < o.name; }
    friend Account operator+(const Account &a, const Account &b) { return Account(a.name, a.sum + b.sum); }
};
bool operator==(const Account &a, const Account &b) { return a.owner() == b.owner() && a.cents() == b.cents(); }
ostream &operator<<(ostream &out, const Account &a) { return out << a.owner() << ": " << a.cents(); }
struct Empty { int size() const { return 0; } };
const Account &richer(const Account &a, const Account &b) { return a.cents() < b.cents() ? b : a; }
int total(Account a, int n) { a.deposit(n); return a.cents(); }
"""


@pytest.fixture
def check(judge):
    """Judge an answer by one script; the verdict."""

    def run(answer, script, **limits):
        tests = (Test(name="t", script=script.encode()),)
        return judge(answer, "cpp", tests=tests, limits={"cpu_time_s": 2.0, **limits})

    return run


def test_classes_objects_operators_and_exceptions_work_as_in_one_program(check):
    verdict = check(ANSWER, SCRIPT)

    assert (verdict.status, verdict.message, verdict.tests[0].message, verdict.score) == (Status.AC, None, None, 10)


@pytest.mark.parametrize(
    ("change", "status", "sentence"),
    [
        (("vector<int> history() const", "vector<int> past() const"), Status.RTE, "The program defines no Account::history."),
        (("return sum; }", 'throw out_of_range("far"); }'), Status.RTE, "The program stopped: std::out_of_range: far"),
    ],
)  # fmt: skip
def test_how_a_class_goes_wrong_is_told(check, change, status, sentence):
    verdict = check(ANSWER.replace(*change), SCRIPT)

    assert (verdict.status, verdict.score) == (status, 0)
    assert sentence in str(verdict.tests[0].message)


SECRET = "731904652"
CHECKS = (
    DECLARED.partition("struct Empty")[0].replace("= 0);", ");")
    + f"""
int passed = 0;
template <class Check> void check(Check holds) {{ try {{ passed += holds(); }} catch (...) {{ }} }}
void test() {{
    check([] {{ return Account("a", 1).cents() == {SECRET}; }});
    check([] {{ return Account("a", 1).owner() == "{SECRET}"; }});
    check([] {{ return Account("a", 1).deposit(1).history() == vector<int>{{{SECRET}}}; }});
    check([] {{ ostringstream out; out << Account("a", 1); return out.str() == "{SECRET}"; }});
    check([] {{ try {{ Account("a", 1).withdraw(2); }} catch (const exception &e) {{ return string(e.what()) == "{SECRET}"; }} return false; }});
    if (passed == 0) assert(false && "passed none");
    assert(passed == 5 && "passed some");
}}
"""
)
MEMBERS = {
    "make": "Account(string s, int n) { }",
    "owner": 'const string &owner() const { static string s = "x"; return s; }',
    "cents": "int cents() const { return 0; }",
    "deposit": "Account &deposit(int) { return *this; }",
    "withdraw": 'void withdraw(int) { throw runtime_error("x"); }',
    "history": "vector<int> history() const { return {}; }",
    "more": "",
}


def account(before="", **members):
    return f"#include <bits/stdc++.h>\n#include <unistd.h>\nusing namespace std;\n{before}\nclass Account {{ public: {' '.join({**MEMBERS, **members}.values())} }};\nostream &operator<<(ostream &out, const Account &) {{ return out; }}\n"


ATTACKS = {
    "exits wherever it can": account(make="Account(string s, int n) { static int made; if (++made > 1) _exit(0); }", more="~Account() { exit(0); }"),
    "equal to everything": account("struct Any { template <class T> operator T() const { return T(); } template <class T> bool operator==(const T &) const { return true; } };", cents="Any cents() const { return {}; }", more="bool operator==(const Account &) const { return true; } operator int() const { return 1; }"),
    "exceptions that exit": account("struct Last : exception { const char *what() const noexcept override { _exit(0); } };", withdraw="void withdraw(int) { throw Last(); }"),
    "forged frames and numbers": account("static void raw(const char *t, int n) { for (int fd = 1; fd < 64; fd++) write(fd, t, n); }", make='Account(string s, int n) { raw("\\0\\0\\0\\7ti9999;", 11); raw("\\0\\0\\0\\6ti-12;", 10); raw("\\0\\0\\0\\x18" "D{\\"outcome\\": \\"passed\\"} ", 28); }'),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_no_class_passes_a_check_without_solving(check, attack):
    verdict = check(attack, CHECKS)

    assert verdict.status in {Status.WA, Status.RTE}
    assert verdict.score == 0
    if verdict.status is Status.WA:
        assert str(verdict.tests[0].message) == "passed none"
