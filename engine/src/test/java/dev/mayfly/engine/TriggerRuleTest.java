package dev.mayfly.engine;

import static dev.mayfly.engine.TaskState.CANCELLED;
import static dev.mayfly.engine.TaskState.FAILED;
import static dev.mayfly.engine.TaskState.RUNNING;
import static dev.mayfly.engine.TaskState.SKIPPED;
import static dev.mayfly.engine.TaskState.SUCCEEDED;
import static dev.mayfly.engine.TaskState.UPSTREAM_FAILED;
import static dev.mayfly.engine.TaskState.WAITING;
import static dev.mayfly.engine.TriggerRule.Verdict.SKIP;
import static dev.mayfly.engine.TriggerRule.Verdict.START;
import static dev.mayfly.engine.TriggerRule.Verdict.WAIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mayfly.engine.TriggerRule.Verdict;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TriggerRuleTest {

    private static final Verdict UPSTREAM = Verdict.UPSTREAM_FAILED;

    static Stream<Arguments> verdicts() {
        return Stream.of(
                row(TriggerRule.ALL_SUCCESS, START, SUCCEEDED, SUCCEEDED),
                row(TriggerRule.ALL_SUCCESS, WAIT, SUCCEEDED, RUNNING),
                row(TriggerRule.ALL_SUCCESS, UPSTREAM, FAILED, RUNNING),
                row(TriggerRule.ALL_SUCCESS, UPSTREAM, CANCELLED, SKIPPED),
                row(TriggerRule.ALL_SUCCESS, SKIP, SKIPPED, RUNNING),
                row(TriggerRule.ALL_FAILED, START, FAILED, UPSTREAM_FAILED),
                row(TriggerRule.ALL_FAILED, WAIT, FAILED, WAITING),
                row(TriggerRule.ALL_FAILED, SKIP, FAILED, SUCCEEDED),
                row(TriggerRule.ALL_FAILED, SKIP, SKIPPED, RUNNING),
                row(TriggerRule.ALL_DONE, START, FAILED, SKIPPED),
                row(TriggerRule.ALL_DONE, WAIT, FAILED, RUNNING),
                row(TriggerRule.ALL_SKIPPED, START, SKIPPED, SKIPPED),
                row(TriggerRule.ALL_SKIPPED, WAIT, SKIPPED, RUNNING),
                row(TriggerRule.ALL_SKIPPED, SKIP, SKIPPED, SUCCEEDED),
                row(TriggerRule.ALL_SKIPPED, SKIP, FAILED, RUNNING),
                row(TriggerRule.ONE_SUCCESS, START, SUCCEEDED, RUNNING),
                row(TriggerRule.ONE_SUCCESS, WAIT, FAILED, RUNNING),
                row(TriggerRule.ONE_SUCCESS, UPSTREAM, FAILED, SKIPPED),
                row(TriggerRule.ONE_SUCCESS, SKIP, SKIPPED, SKIPPED),
                row(TriggerRule.ONE_FAILED, START, FAILED, RUNNING),
                row(TriggerRule.ONE_FAILED, WAIT, SUCCEEDED, RUNNING),
                row(TriggerRule.ONE_FAILED, SKIP, SUCCEEDED, SKIPPED),
                row(TriggerRule.ONE_DONE, START, FAILED, RUNNING),
                row(TriggerRule.ONE_DONE, START, SUCCEEDED, RUNNING),
                row(TriggerRule.ONE_DONE, WAIT, SKIPPED, RUNNING),
                row(TriggerRule.ONE_DONE, SKIP, SKIPPED, SKIPPED),
                row(TriggerRule.NONE_FAILED, START, SUCCEEDED, SKIPPED),
                row(TriggerRule.NONE_FAILED, WAIT, SUCCEEDED, RUNNING),
                row(TriggerRule.NONE_FAILED, UPSTREAM, FAILED, RUNNING),
                row(TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS, START, SUCCEEDED, SKIPPED),
                row(TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS, WAIT, SUCCEEDED, RUNNING),
                row(TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS, SKIP, SKIPPED, SKIPPED),
                row(TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS, UPSTREAM, SUCCEEDED, FAILED),
                row(TriggerRule.NONE_SKIPPED, START, SUCCEEDED, FAILED),
                row(TriggerRule.NONE_SKIPPED, WAIT, SUCCEEDED, RUNNING),
                row(TriggerRule.NONE_SKIPPED, SKIP, SKIPPED, RUNNING),
                row(TriggerRule.ALWAYS, START, WAITING, RUNNING));
    }

    private static Arguments row(TriggerRule rule, Verdict verdict, TaskState... needs) {
        return Arguments.of(rule, verdict, List.of(needs));
    }

    @ParameterizedTest
    @MethodSource("verdicts")
    void aRuleJudgesTheTasksThatAreNeeded(TriggerRule rule, Verdict verdict, List<TaskState> needs) {
        assertThat(rule.judge(needs)).isEqualTo(verdict);
    }

    @ParameterizedTest
    @EnumSource
    void whoNeedsNobodyStarts(TriggerRule rule) {
        assertThat(rule.judge(List.of())).isEqualTo(START);
    }

    @Test
    void everyRuleIsDecidedWhenAllIsOver() {
        for (TriggerRule rule : TriggerRule.values()) {
            for (TaskState one : TaskState.values()) {
                for (TaskState other : TaskState.values()) {
                    if (one.isTerminal() && other.isTerminal()) {
                        assertThat(rule.judge(List.of(one, other)))
                                .as(rule + " " + one + " " + other)
                                .isNotEqualTo(WAIT);
                    }
                }
            }
        }
    }
}
