package io.vfiotce.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.vfiotce.memory.OffHeap;
import io.vfiotce.support.Seeds;
import io.vfiotce.support.TestVm;
import io.vfiotce.tce.TceTable;
import io.vfiotce.tce.WindowGeometry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Damaged snapshots: all are refused with one line, take no memory along and change nothing. */
class SnapshotCorruptionTest {
    private static final int DAMAGES = Integer.getInteger("vfiotce.damages", 10_000);
    private static final List<WindowGeometry> WINDOWS = List.of(
            new WindowGeometry(1, 12, 0, 5000),
            new WindowGeometry(2, 16, 0x1000, 700),
            new WindowGeometry(3, 24, 1, 9));

    /** What is done to a snapshot. */
    private enum Damage {
        BIT,
        BITS,
        BYTE,
        CUT,
        ZEROS,
        RANDOM_RANGE,
        SHIFT,
        LOST_BLOCK,
        DOUBLE_BLOCK,
        SWAPPED_BLOCKS,
        FOREIGN_BLOCK,
        FOREIGN_TAIL,
        MORE
    }

    private final Random random = new Random(Seeds.seed("SnapshotCorruptionTest"));

    /** Three rounds with windows, changed entries and flags. */
    private byte[] snapshot(final TestVm vm) throws IOException {
        final ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (SnapshotWriter writer = new SnapshotWriter(vm.vm(), out)) {
            for (int round = 0; round < 3; round++) {
                scribble(vm);
                writer.round();
            }
            writer.finish();
        }
        return out.toByteArray();
    }

    private void scribble(final TestVm vm) {
        for (final WindowGeometry window : WINDOWS) {
            final TceTable table = SnapshotVms.table(vm, window);
            for (int i = 0; i < 12; i++) {
                final int count = 1 + random.nextInt((int) Math.min(30, window.sizePages()));
                table.fill(random.nextInt((int) window.sizePages() - count + 1), count, random.nextInt());
            }
            table.userspaceSide()
                    .setBypass(random.nextBoolean(), vm.vm().process().changes());
        }
    }

    @Test
    void shouldRefuseEverySnapshotWhenItIsDamaged() throws IOException {
        try (TestVm vm = SnapshotVms.vm(12, WINDOWS)) {
            final byte[] good = snapshot(vm);
            final byte[] other = snapshot(vm);
            final SnapshotVms.State state = SnapshotVms.state(vm.vm());
            final long bytes = vm.vm().offHeapBytes();
            final OffHeap offHeap = new OffHeap(SnapshotVms.LIMIT_BYTES);
            final Map<Damage, Integer> refused = new EnumMap<>(Damage.class);
            while (sum(refused) < DAMAGES) {
                final Damage damage = Damage.values()[sum(refused) % Damage.values().length];
                final byte[] damaged = damaged(damage, good, other);
                if (!Arrays.equals(damaged, good) && !Arrays.equals(damaged, other)) {
                    final SnapshotException e = assertThrows(
                            SnapshotException.class, () -> restore(damaged, offHeap, vm), damage::toString);
                    assertTrue(e.getMessage().matches("byte \\d+: \\P{Cntrl}+"), e::getMessage);
                    assertEquals(0, offHeap.allocatedBytes(), damage::toString);
                    refused.merge(damage, 1, Integer::sum);
                }
            }
            assertEquals(state, SnapshotVms.state(vm.vm()));
            assertEquals(bytes, vm.vm().offHeapBytes());
            // It was not for want of something else that they were refused.
            restore(good, offHeap, vm);
            assertFalse(state.equals(SnapshotVms.state(vm.vm())));
            restore(other, offHeap, vm);
            assertEquals(state, SnapshotVms.state(vm.vm()));
        }
    }

    private static int sum(final Map<Damage, Integer> refused) {
        return refused.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static void restore(final byte[] bytes, final OffHeap offHeap, final TestVm vm) {
        try (TableSnapshot snapshot = SnapshotVms.read(bytes, offHeap)) {
            snapshot.restoreTo(vm.vm());
        }
    }

    private byte[] damaged(final Damage damage, final byte[] good, final byte[] other) {
        final byte[] copy = good.clone();
        final int at = random.nextInt(copy.length);
        final int length = 1 + random.nextInt(Math.min(64, copy.length - at));
        final List<byte[]> blocks = blocks(good);
        final int block = 1 + random.nextInt(blocks.size() - 1);
        final int second = 1 + random.nextInt(blocks.size() - 1);
        switch (damage) {
            case BIT -> copy[at] ^= 1 << random.nextInt(8);
            case BITS -> {
                for (int i = 0; i < 2 + random.nextInt(6); i++) {
                    copy[random.nextInt(copy.length)] ^= 1 << random.nextInt(8);
                }
            }
            case BYTE -> copy[at] = (byte) random.nextInt();
            case CUT -> {
                return Arrays.copyOf(copy, at);
            }
            case ZEROS -> Arrays.fill(copy, at, at + length, (byte) 0);
            case RANDOM_RANGE -> {
                for (int i = at; i < at + length; i++) {
                    copy[i] = (byte) random.nextInt();
                }
            }
            case SHIFT -> {
                return join(Arrays.copyOf(good, at), Arrays.copyOfRange(good, at + length, good.length));
            }
            case LOST_BLOCK -> blocks.remove(block);
            case DOUBLE_BLOCK -> blocks.add(second, blocks.get(block));
            case SWAPPED_BLOCKS -> blocks.set(block, blocks.set(second, blocks.get(block)));
            case FOREIGN_BLOCK ->
                blocks.set(block, blocks(other).get(block % blocks(other).size()));
            case FOREIGN_TAIL -> {
                final List<byte[]> foreign = blocks(other);
                return join(
                        join(blocks.subList(0, block)),
                        join(foreign.subList(Math.min(second, foreign.size() - 1), foreign.size())));
            }
            default -> {
                return join(good, random.nextBoolean() ? other : new byte[1 + random.nextInt(40)]);
            }
        }
        return damage.compareTo(Damage.LOST_BLOCK) >= 0 ? join(blocks) : copy;
    }

    /** Header and blocks. */
    private static List<byte[]> blocks(final byte[] snapshot) {
        final List<byte[]> blocks = new ArrayList<>();
        blocks.add(Arrays.copyOf(snapshot, SnapshotDescriptor.HEADER_BYTES));
        int start = SnapshotDescriptor.HEADER_BYTES;
        while (start < snapshot.length) {
            final int end = start
                    + SnapshotDescriptor.BLOCK_HEADER_BYTES
                    + Integer.BYTES
                    + ByteBuffer.wrap(snapshot).getInt(start + Integer.BYTES);
            blocks.add(Arrays.copyOfRange(snapshot, start, end));
            start = end;
        }
        return blocks;
    }

    private static byte[] join(final List<byte[]> parts) {
        return join(parts.toArray(byte[][]::new));
    }

    private static byte[] join(final byte[]... parts) {
        final ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (final byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
