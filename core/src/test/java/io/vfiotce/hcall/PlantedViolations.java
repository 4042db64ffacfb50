package io.vfiotce.hcall;

import java.util.function.LongSupplier;

/** One method for each thing that a hot path must not contain, and some that are innocent. */
@SuppressWarnings("unused")
final class PlantedViolations {
    private static final Object LOCK = new Object();
    private static final RuntimeException FAILURE = new IllegalStateException("planted");
    private long field;
    private Long boxed = 1L;
    private LongSupplier supplier;
    private Open open;

    static class Open {
        long openMethod() {
            return 1;
        }

        final long closedMethod() {
            return 2;
        }
    }

    interface Port {
        long exchange();
    }

    private Port port;

    Object allocates() {
        return new Object();
    }

    int[] allocatesPrimitiveArray() {
        return new int[1];
    }

    Object[] allocatesReferenceArray() {
        return new Object[1];
    }

    int[][] allocatesNestedArray() {
        return new int[2][2];
    }

    void capturesLambda() {
        final long captured = field;
        supplier = () -> captured;
    }

    void concatenates() {
        open.toString().concat("x" + field);
    }

    void throwsException() {
        throw FAILURE;
    }

    void locks() {
        synchronized (LOCK) {
            field++;
        }
    }

    synchronized void locksItself() {
        field++;
    }

    native void leavesTheMachine();

    void boxes() {
        boxed = field;
    }

    void unboxes() {
        field = boxed;
    }

    void callsUnknownCode() {
        field = System.nanoTime();
    }

    void callsInterface() {
        field = port.exchange();
    }

    void callsOpenMethod() {
        field = open.openMethod();
    }

    int dividesInt() {
        return 7 / (int) field;
    }

    long dividesLong() {
        return 7 / field;
    }

    int remainderInt() {
        return 7 % (int) field;
    }

    long remainderLong() {
        return 7 % field;
    }

    void catches() {
        try {
            field++;
        } finally {
            field--;
        }
    }

    void deep() {
        innocent();
        deeper();
    }

    private void deeper() {
        deepest();
    }

    private static void deepest() {
        LOCK.notifyAll();
    }

    void innocent() {
        field = Math.min(field, open.closedMethod()) + (field >>> 3);
    }

    void cold() {
        allocates();
    }

    long tooLong() {
        long a = field;
        a = a * 3 + 1 ^ a * 5 + 2 ^ a * 7 + 3 ^ a * 9 + 4 ^ a * 11 + 5 ^ a * 13 + 6 ^ a * 15 + 7 ^ a * 17 + 8;
        a = a * 3 + 1 ^ a * 5 + 2 ^ a * 7 + 3 ^ a * 9 + 4 ^ a * 11 + 5 ^ a * 13 + 6 ^ a * 15 + 7 ^ a * 17 + 8;
        a = a * 3 + 1 ^ a * 5 + 2 ^ a * 7 + 3 ^ a * 9 + 4 ^ a * 11 + 5 ^ a * 13 + 6 ^ a * 15 + 7 ^ a * 17 + 8;
        a = a * 3 + 1 ^ a * 5 + 2 ^ a * 7 + 3 ^ a * 9 + 4 ^ a * 11 + 5 ^ a * 13 + 6 ^ a * 15 + 7 ^ a * 17 + 8;
        a = a * 3 + 1 ^ a * 5 + 2 ^ a * 7 + 3 ^ a * 9 + 4 ^ a * 11 + 5 ^ a * 13 + 6 ^ a * 15 + 7 ^ a * 17 + 8;
        return a;
    }
}
