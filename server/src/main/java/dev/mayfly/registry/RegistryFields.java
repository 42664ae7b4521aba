package dev.mayfly.registry;

import dev.mayfly.search.Field;
import dev.mayfly.search.FieldMapping;
import dev.mayfly.search.FieldMapping.Column;
import dev.mayfly.search.FieldMapping.Rows;
import dev.mayfly.search.FieldMapping.ValueType;
import dev.mayfly.search.Operator;
import dev.mayfly.search.SearchableFields;
import java.util.Map;

/**
 * The fields that a search may name: for models over {@code registered_model model}, for versions over {@code
 * model_version version}.
 */
final class RegistryFields implements SearchableFields {

    /**
     * The tag that makes a model a prompt. Clients add {@code tag.`mlflow.prompt.is_prompt` != 'true'} to their
     * filters, which must also find models without the tag: so it is a column, true or false for every model.
     */
    static final String PROMPT_TAG = "mlflow.prompt.is_prompt";

    static final RegistryFields MODELS = new RegistryFields(
            Map.of(
                    "name", text("model.name"),
                    "timestamp", whole("model.update_time"),
                    "creation_timestamp", whole("model.creation_time"),
                    "last_updated_timestamp", whole("model.update_time")),
            "registered_model_tag",
            "t.name = model.name",
            "model.name");

    static final RegistryFields VERSIONS = new RegistryFields(
            Map.of(
                    "name", text("version.name"),
                    "version_number", whole("version.version"),
                    "run_id", text("coalesce(version.run_id, '')"),
                    "source_path", text("version.source"),
                    "creation_timestamp", whole("version.creation_time"),
                    "last_updated_timestamp", whole("version.update_time")),
            "model_version_tag",
            "t.name = version.name and t.version = version.version",
            "version.name");

    private final Map<String, Column> attributes;
    private final String tagTable;
    private final Rows tags;
    private final String name;

    private RegistryFields(Map<String, Column> attributes, String tagTable, String joinedBy, String name) {
        this.attributes = attributes;
        this.tagTable = tagTable;
        this.tags = new Rows(tagTable + " t", joinedBy);
        this.name = name;
    }

    /** Whether a filter itself includes or excludes prompts. */
    static boolean isAboutPrompts(String filter) {
        return filter.contains(PROMPT_TAG);
    }

    /** Returns the SQL condition that a row is a prompt, or a version of one. */
    String isPrompt() {
        return "exists (select 1 from " + tagTable + " p where p.name = " + name + " and p.key = '" + PROMPT_TAG
                + "' and p.value = 'true')";
    }

    private static Column text(String sql) {
        return new Column(sql, ValueType.TEXT, Operator.OF_TEXTS);
    }

    private static Column whole(String sql) {
        return new Column(sql, ValueType.WHOLE, Operator.OF_NUMBERS);
    }

    @Override
    public String scopedName() {
        return name;
    }

    @Override
    public FieldMapping mapping(Field field) {
        return switch (field.entity()) {
            case "tag", "tags" ->
                field.key().equals(PROMPT_TAG)
                        ? text("cast(" + isPrompt() + " as text)")
                        : SearchableFields.text(tags, field);
            case "", "attribute", "attributes", "attr" -> SearchableFields.attribute(attributes, field);
            default -> throw SearchableFields.unknownEntity(field, "tags or attributes");
        };
    }
}
