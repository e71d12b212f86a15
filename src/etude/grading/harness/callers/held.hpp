// On the side of an answer in C++: the objects that a script holds, by number, and what is thrown.

#include <cstdlib>
#include <cxxabi.h>
#include <exception>
#include <new>
#include <sstream>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <vector>

namespace etude_own {

enum { COPY = -1, DROP = -2, ASSIGN = -3 };

struct Held {
    const void *kind;
    void *object;
    void *(*copy)(void *);
    bool (*assign)(void *, void *);
    void (*drop)(void *);
};
inline std::vector<Held> &held() {
    static auto *all = new std::vector<Held>;
    return *all;
}
template <class T> const void *kind_of() {
    static char kind;
    return &kind;
}
template <class T> void *copied(void *object, std::true_type) { return new T(*static_cast<T *>(object)); }
template <class T> void *copied(void *, std::false_type) { return nullptr; }
template <class T> bool assigned(void *to, void *from, std::true_type) {
    *static_cast<T *>(to) = *static_cast<const T *>(from);
    return true;
}
template <class T> bool assigned(void *, void *, std::false_type) { return false; }
template <class T> Held made(T *object) {
    return {kind_of<T>(), object,
        [](void *one) { return copied<T>(one, std::is_copy_constructible<T>()); },
        [](void *to, void *from) { return assigned<T>(to, from, std::is_copy_assignable<T>()); },
        [](void *one) { delete static_cast<T *>(one); }};
}
inline int add(const Held &one) {
    held().push_back(one);
    return static_cast<int>(held().size() - 1);
}
/* The number of a new object, which lives as long as the script wants it to. */
template <class T> int keep(T *object) { return add(made(object)); }
/* The number of an object that is somebody's. */
template <class T> int known(const T *object) {
    using Own = std::remove_cv_t<T>;
    for (std::size_t number = 0; number < held().size(); number++)
        if (held()[number].object == object && held()[number].kind == kind_of<Own>()) return static_cast<int>(number);
    Held one = made(const_cast<Own *>(object));
    one.drop = nullptr;
    return add(one);
}
inline Held &at(long long number) {
    if (number < 0 || number >= static_cast<long long>(held().size()) || !held()[number].object) etude_broken();
    return held()[number];
}
template <class T> T &object() {
    Held &one = at(etude_take_int());
    if (one.kind != kind_of<T>()) etude_broken();
    return *static_cast<T *>(one.object);
}

/* Copy, assign or drop an object; false for another request. */
inline bool is_about_objects(int what) {
    if (what >= 0) return false;
    long long number = etude_take_int(), other = etude_take_int(), made = 0;
    bool is_done = true;
    if (what == COPY) {
        Held one = at(number);
        one.object = one.copy(one.object);
        is_done = one.object != nullptr;
        made = is_done ? add(one) : 0;
    } else if (what == ASSIGN) {
        is_done = at(number).assign(at(number).object, at(other).object);
    } else {
        Held one = at(number);
        held()[number].object = nullptr;
        if (one.drop) one.drop(one.object);
    }
    etude_forget();
    etude_put_bool(is_done);
    etude_put_int(made);
    return true;
}

inline void put_thrown(const std::string &name, const std::string &kind, const std::string &what) {
    etude_forget();
    put(name);
    put(kind);
    put(what);
}
template <class E> bool is(const std::exception &error) { return dynamic_cast<const E *>(&error) != nullptr; }
inline void put_exception(const std::exception &error) {
    char *text = abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, nullptr);
    const char *kind = is<std::out_of_range>(error) ? "std::out_of_range"
        : is<std::invalid_argument>(error) ? "std::invalid_argument"
        : is<std::domain_error>(error) ? "std::domain_error"
        : is<std::length_error>(error) ? "std::length_error"
        : is<std::logic_error>(error) ? "std::logic_error"
        : is<std::range_error>(error) ? "std::range_error"
        : is<std::overflow_error>(error) ? "std::overflow_error"
        : is<std::underflow_error>(error) ? "std::underflow_error" : "std::runtime_error";
    put_thrown(text ? text : kind, kind, error.what());
    std::free(text);
}

}  // namespace etude_own

#define ETUDE_TRY try
#define ETUDE_CATCH \
    catch (const std::bad_alloc &) { throw; } \
    catch (const std::exception &error) { etude_own::put_exception(error); } \
    catch (int number) { etude_own::put_thrown("int", "int", std::to_string(number)); } \
    catch (const char *text) { etude_own::put_thrown("const char *", "const char *", text); } \
    catch (const std::string &text) { etude_own::put_thrown("std::string", "std::string", text); }
