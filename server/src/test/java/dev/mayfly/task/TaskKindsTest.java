package dev.mayfly.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mayfly.engine.AttemptState;
import dev.mayfly.engine.Observed;
import dev.mayfly.pipeline.Pipeline;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TaskKindsTest {

    @Test
    void everyKindOfWorkHasExactlyOneKind() {
        Made<Pipeline.SparkWork> spark = new Made<>(Pipeline.SparkWork.class);
        Made<Pipeline.PromoteWork> promote = new Made<>(Pipeline.PromoteWork.class);
        Pipeline.Work work = new Pipeline.PromoteWork(
                "m", "train", new Pipeline.Gate("auc", 0, 0, Map.of(), Pipeline.Gate.Comparison.SAME_DATA));

        assertThat(new TaskKinds(spark, promote).of(work)).isSameAs(promote);
        assertThatThrownBy(() -> new TaskKinds(spark)).hasMessageContaining("PromoteWork");
        assertThatThrownBy(() -> new TaskKinds(spark, promote, promote)).hasMessageContaining("two kinds");
    }

    private record Made<W extends Pipeline.Work>(Class<W> work) implements TaskKind<W> {

        @Override
        public void start(Start<W> start) {}

        @Override
        public Observed.Job status(Attempt attempt) {
            return Observed.Job.ABSENT;
        }

        @Override
        public void stop(Attempt attempt) {}

        @Override
        public void finish(Attempt attempt, AttemptState end, String reason) {}
    }
}
