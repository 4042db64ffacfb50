package io.vfiotce.lifecycle;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.kvm.Vcpu;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Lets an audit see the world at rest: workers pass through for every few calls, an audit keeps them all out. */
final class Gate {
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
    private volatile boolean closed;

    void enter() {
        lock.readLock().lock();
    }

    /** As an embedder does before it blocks: the vCPU goes offline. */
    void enter(final Vcpu vcpu) {
        if (closed || !lock.readLock().tryLock()) {
            vcpu.offline();
            lock.readLock().lock();
        }
    }

    void leave() {
        lock.readLock().unlock();
    }

    void whileAllWait(final long timeoutMs, final Runnable body) throws InterruptedException {
        closed = true;
        assertTrue(lock.writeLock().tryLock(timeoutMs, TimeUnit.MILLISECONDS), "a call hangs");
        try {
            body.run();
        } finally {
            closed = false;
            lock.writeLock().unlock();
        }
    }
}
