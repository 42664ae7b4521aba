package dev.mayfly.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;

class RepeatedWarningsTest {

    @Test
    void aStormOfOneWarningIsAFewLinesAndOthersAreNotLost() {
        LoggerContext context = new LoggerContext();
        context.addTurboFilter(new RepeatedWarnings());
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Logger logger = context.getLogger("a.room");
        logger.addAppender(lines);
        for (int n = 0; n < 1_000; n++) {
            logger.warn("{} is gone", "the database " + n);
            logger.info("run {} has begun", n);
        }
        logger.error("something else");
        assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage))
                .filteredOn(line -> line.contains("gone"))
                .containsExactly(
                        "the database 0 is gone",
                        "the database 1 is gone",
                        "the database 2 is gone",
                        "the database 3 is gone",
                        "the database 4 is gone",
                        "more like '{} is gone' is left out for a minute");
        assertThat(lines.list.stream().map(ILoggingEvent::getFormattedMessage))
                .contains("something else", "run 999 has begun");
    }
}
