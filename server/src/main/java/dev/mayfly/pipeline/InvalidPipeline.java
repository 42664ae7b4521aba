package dev.mayfly.pipeline;

import dev.mayfly.problem.Problem;
import java.util.List;
import java.util.stream.Collectors;

/** A YAML text that is no pipeline. Holds everything that is wrong with it, in the order of the text. */
public final class InvalidPipeline extends RuntimeException {

    private final List<Problem> problems;

    public InvalidPipeline(List<Problem> problems) {
        super(problems.stream().sorted().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = problems.stream().sorted().toList();
    }

    public List<Problem> problems() {
        return problems;
    }
}
