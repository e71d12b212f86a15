// On the side of a script in C++: what stands there for an object of the answer's, and what its exceptions become.

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <map>
#include <new>
#include <stdexcept>
#include <string>
#ifndef ETUDE_OBJECT
#define ETUDE_OBJECT
namespace etude_own {
struct Made {};
struct Object { int number; explicit Object(int); Object(const Object &); Object &operator=(const Object &); ~Object(); void is(int); };
}
#endif
#pragma GCC diagnostic ignored "-Winvalid-offsetof"

namespace etude_own {

enum { COPY = -1, DROP = -2, ASSIGN = -3 };

inline std::map<int, Object *> &objects() {
    static auto *all = new std::map<int, Object *>;
    return *all;
}
inline int about(int what, int number, int other) {
    etude_forget();
    etude_put_int(what);
    etude_put_int(number);
    etude_put_int(other);
    etude_ask();
    return static_cast<int>(etude_take_int());
}
inline void Object::is(int made) {
    number = made;
    if (number >= 0) objects()[number] = this;
}
inline Object::Object(int made) { is(made); }
inline Object::Object(const Object &other) { is(other.number < 0 ? -1 : about(COPY, other.number, 0)); }
inline Object &Object::operator=(const Object &other) {
    if (this != &other && number >= 0 && other.number >= 0) about(ASSIGN, number, other.number);
    return *this;
}
inline Object::~Object() {
    if (number < 0) return;
    objects().erase(number);
    about(DROP, number, 0);
}

/* The object of that number: the one that the script has, else one that stays as long as the script. */
template <class T> T &found(int number) {
    auto at = objects().find(number);
    if (at == objects().end()) return *new T(Made(), number);
    return *reinterpret_cast<T *>(reinterpret_cast<char *>(at->second) - offsetof(T, etude_object));
}

template <class E> [[noreturn]] void throw_made(const char *what, std::true_type) { throw E(std::string(what)); }
template <class E> [[noreturn]] void throw_made(const char *, std::false_type) { throw E(); }
template <class E> void throw_if(const char *what, std::true_type) {
    throw_made<E>(what, std::integral_constant<bool, std::is_constructible<E, std::string>::value>());
}
template <class E> void throw_if(const char *, std::false_type) {}
template <class E> void throw_as(const char *what) {
    throw_if<E>(what, std::integral_constant<bool, std::is_constructible<E, std::string>::value
        || (std::is_default_constructible<E>::value && std::is_base_of<std::exception, E>::value)>());
}
void throw_own(const char *name, const char *what);

struct Last {
    std::string name, what;
    std::exception_ptr error;
};
inline Last &last() {
    static auto *kept = new Last;
    return *kept;
}
inline void throw_known(const std::string &kind, const std::string &what) {
    if (kind == "int") throw std::atoi(what.c_str());
    if (kind == "const char *") throw static_cast<const char *>(strdup(what.c_str()));
    if (kind == "std::string") throw what;
    if (kind == "std::out_of_range") throw std::out_of_range(what);
    if (kind == "std::invalid_argument") throw std::invalid_argument(what);
    if (kind == "std::domain_error") throw std::domain_error(what);
    if (kind == "std::length_error") throw std::length_error(what);
    if (kind == "std::logic_error") throw std::logic_error(what);
    if (kind == "std::range_error") throw std::range_error(what);
    if (kind == "std::overflow_error") throw std::overflow_error(what);
    if (kind == "std::underflow_error") throw std::underflow_error(what);
    throw std::runtime_error(what);
}
/* The answer's own words about what nothing in the script has caught; anything else is the script's own fault. */
[[noreturn]] inline void at_terminate() {
    if (last().error && std::current_exception() == last().error) etude_raised(last().name.c_str(), last().what.c_str());
    std::abort();
}

}  // namespace etude_own

extern "C" void etude_throw(void) {
    std::string name, kind;
    etude_own::take(name);
    etude_own::take(kind);
    etude_own::take(etude_own::last().what);
    etude_own::last().name = name;
    const std::string what = etude_own::last().what;
    std::set_terminate(etude_own::at_terminate);
    try {
        etude_own::throw_own(name.c_str(), what.c_str());
        etude_own::throw_known(kind, what);
    } catch (...) {
        etude_own::last().error = std::current_exception();
        throw;
    }
}
