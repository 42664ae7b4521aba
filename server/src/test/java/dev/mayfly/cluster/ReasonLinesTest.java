package dev.mayfly.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ReasonLinesTest {

    private static final String TRACEBACK = "Traceback (most recent call last):\n  File \"a.py\", line 1\n    f()\n";

    static Stream<Arguments> logs() {
        return Stream.of(
                Arguments.of(TRACEBACK + "ValueError: bad\n12:00 INFO Shutting down", "ValueError: bad"),
                Arguments.of(
                        TRACEBACK
                                + "KeyError: 'a'\n\nDuring handling of the above exception, another exception occurred:\n\n"
                                + TRACEBACK + "RuntimeError: b",
                        "RuntimeError: b"),
                Arguments.of(
                        TRACEBACK + "py4j.protocol.Py4JJavaError: An error occurred while calling o1.save.\n"
                                + ": org.apache.spark.SparkException: Job aborted.\n\tat a.b.C",
                        "org.apache.spark.SparkException: Job aborted."),
                Arguments.of(
                        TRACEBACK + "py4j.protocol.Py4JJavaError: An error occurred while calling o1.collect.\n"
                                + ": org.apache.spark.SparkException: Job aborted: PythonException: Traceback (most recent call"
                                + " last):\n  File \"w.py\"\nZeroDivisionError: division by zero\n\n\tat a.b.C",
                        "ZeroDivisionError: division by zero"),
                Arguments.of(
                        TRACEBACK
                                + "ValueError: bad\nException in thread \"main\" org.apache.spark.SparkException: finished with"
                                + " failed status",
                        "ValueError: bad"),
                Arguments.of("Exception in thread \"main\" a.B: c\n\tat d", "Exception in thread \"main\" a.B: c"),
                Arguments.of("mayfly: first\nmayfly: the reason\nother", "the reason"),
                Arguments.of(TRACEBACK + "ValueError: caught\nmayfly: the reason", "the reason"),
                Arguments.of(TRACEBACK, "none"),
                Arguments.of("all is well: or not\n: odd", "none"));
    }

    @ParameterizedTest
    @MethodSource("logs")
    void theReasonIsTheLastLineOfTheLastTraceback(String log, String reason) {
        ReasonLines lines = new ReasonLines();
        assertThat(log.lines()
                        .filter(lines)
                        .reduce((first, second) -> second)
                        .map(ReasonLines::words)
                        .orElse("none"))
                .isEqualTo(reason);
    }
}
