package io.vfiotce.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The locked-memory account: limits, no overflow, no underflow. */
class LockedMemoryTest {
    @ParameterizedTest
    @CsvSource({"0, true", "3, true", "4, true", "5, false", "9223372036854775807, false"})
    void shouldChargeUpToTheLimitWhenSomeIsCharged(final long pages, final boolean charged) {
        final LockedMemory account = new LockedMemory(10);
        assertTrue(account.charge(6));
        assertEquals(charged, account.charge(pages));
        assertEquals(charged ? 6 + pages : 6, account.lockedPages());
    }

    @Test
    void shouldNotOverflowWhenThereIsNoLimit() {
        final LockedMemory account = LockedMemory.unlimited();
        assertTrue(account.charge(Long.MAX_VALUE));
        assertFalse(account.charge(1));
        assertTrue(account.charge(0));
        assertEquals(Long.MAX_VALUE, account.lockedPages());
    }

    @Test
    void shouldRefuseAndChangeNothingWhenMoreIsTakenOffThanCharged() {
        final LockedMemory account = new LockedMemory(10);
        account.charge(3);
        assertThrows(IllegalStateException.class, () -> account.uncharge(4));
        assertThrows(IllegalStateException.class, () -> account.uncharge(-1));
        assertEquals(3, account.lockedPages());
        account.uncharge(3);
        assertEquals(0, account.lockedPages());
    }

    @Test
    void shouldRefuseWhenNumbersAreNegative() {
        assertThrows(IllegalArgumentException.class, () -> new LockedMemory(-1));
        assertThrows(IllegalArgumentException.class, () -> new LockedMemory(1).charge(-1));
    }
}
