package dev.mayfly.tracking;

import dev.mayfly.search.Field;
import dev.mayfly.search.FieldMapping;
import dev.mayfly.search.FieldMapping.Column;
import dev.mayfly.search.FieldMapping.Rows;
import dev.mayfly.search.FieldMapping.ValueType;
import dev.mayfly.search.Operator;
import dev.mayfly.search.SearchableFields;
import java.util.Map;

/** The fields that a search for experiments may name, over {@code experiment}. */
final class ExperimentFields implements SearchableFields {

    private static final Map<String, Column> ATTRIBUTES = Map.of(
            "name", new Column("experiment.name", ValueType.TEXT, Operator.OF_TEXTS),
            "experiment_id", new Column("experiment.id", ValueType.WHOLE, Operator.OF_IDS),
            "creation_time", new Column("experiment.creation_time", ValueType.WHOLE, Operator.OF_NUMBERS),
            "last_update_time", new Column("experiment.last_update_time", ValueType.WHOLE, Operator.OF_NUMBERS));

    @Override
    public String scopedName() {
        return "experiment.name";
    }

    @Override
    public FieldMapping mapping(Field field) {
        return switch (field.entity()) {
            case "tag", "tags" ->
                SearchableFields.text(new Rows("experiment_tag t", "t.experiment_id = experiment.id"), field);
            case "", "attribute", "attributes", "attr" -> SearchableFields.attribute(ATTRIBUTES, field);
            default -> throw SearchableFields.unknownEntity(field, "tags or attributes");
        };
    }
}
