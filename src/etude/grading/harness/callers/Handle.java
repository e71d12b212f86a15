// What the constructors take by which objects of the answer's get their stand-ins (see Stands.java).

package etude.calls;

public final class Handle {
    final int number;

    Handle(int number) {
        this.number = number;
    }
}
