package dev.mayfly.tracking;

import dev.mayfly.search.Field;
import dev.mayfly.search.Operator;
import dev.mayfly.search.Vocabulary;
import java.util.Map;

/** The words of a search for experiments, over {@code experiment}. */
final class ExperimentVocabulary implements Vocabulary {

    private static final Map<String, Column> ATTRIBUTES = Map.of(
            "name", new Column("experiment.name", Type.TEXT, Operator.OF_TEXTS),
            "experiment_id", new Column("experiment.id", Type.WHOLE, Operator.OF_IDS),
            "creation_time", new Column("experiment.creation_time", Type.WHOLE, Operator.OF_NUMBERS),
            "last_update_time", new Column("experiment.last_update_time", Type.WHOLE, Operator.OF_NUMBERS));

    @Override
    public Meaning meaning(Field field) {
        return switch (field.entity()) {
            case "tag", "tags" -> Vocabulary.text("experiment_tag t where t.experiment_id = experiment.id", field);
            case "", "attribute", "attributes", "attr" -> Vocabulary.attribute(ATTRIBUTES, field);
            default -> throw Vocabulary.unknownEntity(field, "tags or attributes");
        };
    }
}
