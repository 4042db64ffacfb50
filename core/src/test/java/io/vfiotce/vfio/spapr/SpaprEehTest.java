package io.vfiotce.vfio.spapr;

import static io.vfiotce.vfio.spapr.Case.EFAULT;
import static io.vfiotce.vfio.spapr.Case.EINVAL;
import static io.vfiotce.vfio.spapr.Case.EIO;
import static io.vfiotce.vfio.spapr.Case.ENODEV;
import static io.vfiotce.vfio.spapr.Case.ENOENT;
import static io.vfiotce.vfio.spapr.Case.EPERM;
import static io.vfiotce.vfio.spapr.SpaprFixture.argsz;
import static io.vfiotce.vfio.spapr.SpaprFixture.nothing;
import static io.vfiotce.vfio.spapr.SpaprFixture.struct;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.vfiotce.iommu.EehPe;
import io.vfiotce.iommu.EehPe.PlatformOp;
import io.vfiotce.iommu.Ioda2TableGroup;
import io.vfiotce.linux.IoctlArgument;
import io.vfiotce.vfio.VfioException;
import io.vfiotce.vfio.VfioRequest;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Error handling, §5.10. */
class SpaprEehTest {
    private static final int EEH = VfioRequest.VFIO_EEH_PE_OP;
    private static final int GET_STATE = 4;

    private static SpaprFixture with(final EehPe... pes) {
        final SpaprFixture fixture = SpaprFixture.v2();
        for (final EehPe pe : pes) {
            final Ioda2TableGroup group = new Ioda2TableGroup();
            group.eehPe(pe);
            fixture.iommu.attachGroup(fixture.group(group));
        }
        return fixture;
    }

    private static Supplier<SpaprFixture> prepared(final Consumer<EehPe> prepare) {
        return () -> {
            final EehPe pe = new EehPe();
            prepare.accept(pe);
            return with(pe);
        };
    }

    private static Supplier<SpaprFixture> lacking(final PlatformOp op) {
        return () -> with(new EehPe(EnumSet.complementOf(EnumSet.of(op))));
    }

    private static IoctlArgument op(final int op) {
        final IoctlArgument argument = argsz(12, 12);
        argument.int32(8, op);
        return argument;
    }

    private static ToLongFunction<SpaprFixture> call(final int op) {
        return f -> f.ioctl(EEH, op(op));
    }

    /** An operation that succeeds, and the state after it. */
    private static ToLongFunction<SpaprFixture> stateAfter(final int op) {
        return f -> {
            assertEquals(0, f.ioctl(EEH, op(op)));
            return f.ioctl(EEH, op(GET_STATE));
        };
    }

    private static IoctlArgument injection(final int type, final int function) {
        final IoctlArgument argument = argsz(40, 40);
        argument.int32(8, 9);
        argument.int32(16, type);
        argument.int32(20, function);
        argument.int64(24, 0x1234);
        argument.int64(32, -1);
        return argument;
    }

    private static ToLongFunction<SpaprFixture> inject(final int type, final int function) {
        return f -> f.ioctl(EEH, injection(type, function));
    }

    private static void freeze(final EehPe pe) {
        pe.inject(new EehPe.InjectedError(0, 0, 0, 0));
    }

    private static final List<Case> CALL_ROWS = List.of(
            new Case(
                    "§5.10 another process → EPERM",
                    () -> with(new EehPe()).registered(1),
                    f -> f.ioctl(f.iommu, f.stranger, EEH, op(0)),
                    EPERM),
            new Case(
                    "§5.10 no groups → 0, the argument is not looked at",
                    SpaprFixture::v2,
                    f -> f.ioctl(EEH, nothing()),
                    0),
            new Case(
                    "§5.10 a group without PE → ENODEV",
                    () -> SpaprFixture.v2().attached(),
                    f -> f.ioctl(EEH, nothing()),
                    ENODEV),
            new Case(
                    "§5.10 fewer than 12 bytes → EFAULT",
                    () -> with(new EehPe()),
                    f -> f.ioctl(EEH, struct(11)),
                    EFAULT),
            new Case("§5.10 argsz < 12 → EINVAL", () -> with(new EehPe()), f -> f.ioctl(EEH, argsz(12, 11)), EINVAL),
            new Case(
                    "§5.10 flags → EINVAL",
                    () -> with(new EehPe()),
                    f -> {
                        final IoctlArgument argument = op(0);
                        argument.int32(4, 1);
                        return f.ioctl(EEH, argument);
                    },
                    EINVAL),
            new Case("§5.10 op 10 → EINVAL", () -> with(new EehPe()), call(10), EINVAL),
            new Case("§5.10 op -1 → EINVAL", () -> with(new EehPe()), call(-1), EINVAL),
            new Case(
                    "§5.10, §10.20 a state ends the round: newest group first",
                    () -> {
                        final EehPe stopped = new EehPe();
                        freeze(stopped);
                        return with(new EehPe(EnumSet.noneOf(PlatformOp.class)), stopped);
                    },
                    call(GET_STATE),
                    2),
            new Case(
                    "§5.10 state 0 goes on to the next group",
                    () -> with(new EehPe(EnumSet.noneOf(PlatformOp.class)), new EehPe()),
                    call(GET_STATE),
                    ENOENT),
            new Case(
                    "§5.10 an error ends the round",
                    () -> with(new EehPe(), new EehPe(EnumSet.noneOf(PlatformOp.class))),
                    f -> {
                        final long result = f.ioctl(EEH, op(6));
                        assertEquals(0, f.hostIommu.get(0).tableGroup().eehPe().state());
                        return result;
                    },
                    ENOENT));

    private static final List<Case> OP_ROWS = List.of(
            new Case("§5.10 op 0 DISABLE → 0, no effect", () -> with(new EehPe()), stateAfter(0), 0),
            new Case("§5.10 op 1 ENABLE → 0, a frozen PE is thawed", prepared(SpaprEehTest::freeze), stateAfter(1), 0),
            new Case("§5.10 op 2 UNFREEZE_IO → state 4", prepared(SpaprEehTest::freeze), stateAfter(2), 4),
            new Case(
                    "§5.10 op 2 UNFREEZE_IO: no platform op → ENOENT", lacking(PlatformOp.SET_OPTION), call(2), ENOENT),
            new Case("§5.10 op 3 UNFREEZE_DMA alone → state 5", prepared(SpaprEehTest::freeze), stateAfter(3), 5),
            new Case(
                    "§5.10 op 3 UNFREEZE_DMA after IO → state 0",
                    prepared(pe -> {
                        freeze(pe);
                        pe.unfreezeIo();
                    }),
                    stateAfter(3),
                    0),
            new Case(
                    "§5.10 op 3 UNFREEZE_DMA: no platform op → ENOENT",
                    lacking(PlatformOp.SET_OPTION),
                    call(3),
                    ENOENT),
            new Case("§5.10 op 4 GET_STATE: normal → 0", () -> with(new EehPe()), call(4), 0),
            new Case("§5.10 op 4 GET_STATE: reset active → 1", prepared(EehPe::reset), call(4), 1),
            new Case("§5.10 op 4 GET_STATE: stopped → 2", prepared(SpaprEehTest::freeze), call(4), 2),
            new Case(
                    "§5.10 op 4 GET_STATE: the host recovers a parent → 5",
                    prepared(pe -> {
                        pe.reset();
                        pe.hostRecovering(true);
                    }),
                    call(4),
                    5),
            new Case("§5.10 op 4 GET_STATE: no platform op → ENOENT", lacking(PlatformOp.GET_STATE), call(4), ENOENT),
            new Case("§5.10 op 5 RESET_DEACTIVATE → state 0", prepared(EehPe::reset), stateAfter(5), 0),
            new Case(
                    "§5.10 op 5 RESET_DEACTIVATE: no platform op → ENOENT", lacking(PlatformOp.RESET), call(5), ENOENT),
            new Case("§5.10 op 6 RESET_HOT → state 1", () -> with(new EehPe()), stateAfter(6), 1),
            new Case("§5.10 op 6 RESET_HOT: no platform op → ENOENT", lacking(PlatformOp.RESET), call(6), ENOENT),
            new Case("§5.10 op 7 RESET_FUNDAMENTAL → state 1", () -> with(new EehPe()), stateAfter(7), 1),
            new Case(
                    "§5.10 op 7 RESET_FUNDAMENTAL: no platform op → ENOENT",
                    lacking(PlatformOp.RESET),
                    call(7),
                    ENOENT),
            new Case(
                    "§5.10 op 8 CONFIGURE → 0",
                    () -> with(new EehPe()),
                    f -> {
                        final long result = f.ioctl(EEH, op(8));
                        assertEquals(1, f.hostIommu.get(0).tableGroup().eehPe().configurations());
                        return result;
                    },
                    0),
            new Case("§5.10 op 9 INJECT_ERR: argsz < 40 → EINVAL", () -> with(new EehPe()), call(9), EINVAL),
            new Case(
                    "§5.10 op 9 INJECT_ERR: fewer than 40 bytes → EFAULT",
                    () -> with(new EehPe()),
                    f -> {
                        final IoctlArgument argument = argsz(39, 40);
                        argument.int32(8, 9);
                        return f.ioctl(EEH, argument);
                    },
                    EFAULT),
            new Case("§5.10 op 9 INJECT_ERR: type 2 → EINVAL", () -> with(new EehPe()), inject(2, 0), EINVAL),
            new Case("§5.10 op 9 INJECT_ERR: func 20 → EINVAL", () -> with(new EehPe()), inject(0, 20), EINVAL),
            new Case("§5.10 op 9 INJECT_ERR: func -1 → EINVAL", () -> with(new EehPe()), inject(0, -1), EINVAL),
            new Case(
                    "§5.10 op 9 INJECT_ERR: no platform op → ENOENT",
                    lacking(PlatformOp.INJECT_ERROR),
                    inject(1, 19),
                    ENOENT),
            new Case(
                    "§5.10 op 9 INJECT_ERR ok: the PE is frozen",
                    () -> with(new EehPe()),
                    f -> {
                        assertEquals(0, f.ioctl(EEH, injection(1, 19)));
                        final EehPe pe = f.hostIommu.get(0).tableGroup().eehPe();
                        assertEquals(new EehPe.InjectedError(1, 19, 0x1234, -1), pe.lastError());
                        return f.ioctl(EEH, op(GET_STATE));
                    },
                    2));

    static Stream<Case> rows() {
        return Stream.of(CALL_ROWS, OP_ROWS).flatMap(List::stream);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rows")
    void shouldReturnWhatTheRowSaysWhenCalled(final Case row) {
        row.run();
    }

    @Test
    void shouldRefuseEnablingWhenErrorHandlingIsOff() {
        try (SpaprFixture fixture = with(new EehPe())) {
            final SpaprTceDriver off = new SpaprTceDriver(false);
            final SpaprTceIommu iommu = off.open(7);
            fixture.iommu.detachGroup(fixture.hostIommu.get(0));
            iommu.attachGroup(fixture.hostIommu.get(0));
            final VfioException refused =
                    assertThrows(VfioException.class, () -> iommu.eehOp(fixture.process, 1), "§5.10 op 1 → EIO");
            assertEquals(EIO, refused.result());
            off.release(iommu);
        }
    }

    @Test
    void shouldThawWhenADeviceIsPassedThroughAndReturned() {
        final EehPe pe = new EehPe();
        freeze(pe);
        pe.open();
        assertEquals(List.of(0, 1), List.of(pe.state(), pe.users()));
        freeze(pe);
        pe.release();
        assertEquals(List.of(0, 0), List.of(pe.state(), pe.users()));
        assertThrows(IllegalStateException.class, pe::release);
    }

    @Test
    void shouldGiveStatesAndErrorsWhenCalledByMethod() {
        try (SpaprFixture fixture = with(new EehPe())) {
            fixture.iommu.eehInjectError(fixture.process, new EehPe.InjectedError(0, 3, 0, 0));
            assertEquals(2, fixture.iommu.eehOp(fixture.process, GET_STATE));
            assertEquals(0, fixture.iommu.eehOp(fixture.process, 1));
            assertEquals(0, fixture.iommu.eehOp(fixture.process, GET_STATE));
        }
    }
}
