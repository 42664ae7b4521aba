package dev.mayfly.tracking;

import dev.mayfly.problem.TextLimit;
import java.util.List;
import java.util.Map;

/** What a run read and made: datasets with their tags, models it used, models it made. */
public record RunInputsOutputs(List<Input> datasets, List<String> modelInputs, List<Output> modelOutputs) {

    public static final RunInputsOutputs NONE = new RunInputsOutputs(List.of(), List.of(), List.of());

    public RunInputsOutputs {
        datasets = List.copyOf(datasets);
        modelInputs = List.copyOf(modelInputs);
        modelOutputs = List.copyOf(modelOutputs);
    }

    /** A dataset that was read, with tags such as its context. */
    public record Input(Dataset dataset, Map<String, String> tags) {

        private static final TextLimit TAG_KEY = new TextLimit("key", 255);
        private static final TextLimit TAG_VALUE = new TextLimit("value", 500);

        public Input {
            tags.keySet().forEach(TAG_KEY::check);
            tags.values().forEach(TAG_VALUE::check);
        }
    }

    /** A model that was made, at a step. */
    public record Output(String modelId, long step) {}
}
