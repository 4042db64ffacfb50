package io.vfiotce.handoff;

/** A call was not answered within {@link AnswerLimit#hang}; the call has had no effect. */
public final class HandlerHangException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    HandlerHangException(final String message) {
        super(message);
    }
}
