package dev.mayfly.search;

import dev.mayfly.problem.Refused;
import java.util.ArrayList;
import java.util.List;

/**
 * A filter that has been read; immutable. {@code metrics.auc > 0.8 AND (tags.team = 'fraud' OR NOT params.depth IN ('3', '4'))}:
 * texts in single or double quotes, keys with odd characters in back quotes or double quotes, keywords in any case.
 */
final class Filter {

    private static final int MOST_NESTED = 50;
    private static final int MOST_COMPARISONS = 50;
    private static final int MOST_IN_LIST = 1_000;

    private final Condition condition;

    private Filter(Condition condition) {
        this.condition = condition;
    }

    /**
     * Reads a filter; an empty one matches everything. Throws {@link Refused}, with the position, if it is not valid.
     */
    public static Filter parse(String text) {
        Tokens tokens = new Tokens("filter string", text);
        if (tokens.peek().kind() == Tokens.Kind.END) {
            return new Filter(new Condition.All(List.of()));
        }
        Condition condition = any(tokens, 0);
        if (tokens.peek().kind() != Tokens.Kind.END) {
            throw tokens.wrong(tokens.peek(), "AND, OR or the end");
        }
        return new Filter(condition);
    }

    Condition condition() {
        return condition;
    }

    private static Condition any(Tokens tokens, int depth) {
        List<Condition> parts = new ArrayList<>(List.of(all(tokens, depth)));
        while (tokens.takesWord("OR")) {
            parts.add(all(tokens, depth));
        }
        return parts.size() == 1 ? parts.get(0) : new Condition.Any(parts);
    }

    private static Condition all(Tokens tokens, int depth) {
        List<Condition> parts = new ArrayList<>(List.of(one(tokens, depth)));
        while (tokens.takesWord("AND")) {
            parts.add(one(tokens, depth));
        }
        return parts.size() == 1 ? parts.get(0) : new Condition.All(parts);
    }

    private static Condition one(Tokens tokens, int depth) {
        if (depth > MOST_NESTED) {
            throw tokens.wrong(tokens.peek(), "less than " + MOST_NESTED + " nested conditions");
        }
        if (tokens.takesWord("NOT")) {
            return new Condition.Not(one(tokens, depth + 1));
        }
        if (tokens.takesMark("(")) {
            Condition inner = any(tokens, depth + 1);
            if (!tokens.takesMark(")")) {
                throw tokens.wrong(tokens.peek(), "AND, OR or ')'");
            }
            return inner;
        }
        if (tokens.countsComparison() > MOST_COMPARISONS) {
            throw tokens.wrong(tokens.peek(), "at most " + MOST_COMPARISONS + " comparisons");
        }
        Field field = tokens.field();
        Operator operator = operator(tokens);
        return new Condition.Comparison(field, operator, value(tokens, operator));
    }

    private static Operator operator(Tokens tokens) {
        Tokens.Token token = tokens.next();
        if (token.isWord("IS")) {
            boolean not = tokens.takesWord("NOT");
            if (!tokens.takesWord("NULL")) {
                throw tokens.wrong(tokens.peek(), "NULL");
            }
            return not ? Operator.IS_NOT_NULL : Operator.IS_NULL;
        }
        if (token.isWord("NOT") && tokens.takesWord("IN")) {
            return Operator.NOT_IN;
        }
        return Operator.of(token.text())
                .orElseThrow(() -> tokens.wrong(token, "=, !=, <, <=, >, >=, LIKE, ILIKE, IN, NOT IN, IS NULL"));
    }

    private static Value value(Tokens tokens, Operator operator) {
        return switch (operator) {
            case IS_NULL, IS_NOT_NULL -> new Value.Nothing();
            case IN, NOT_IN -> texts(tokens);
            case EQUAL, NOT_EQUAL, LESS, AT_MOST, MORE, AT_LEAST, LIKE, ILIKE -> {
                Tokens.Token token = tokens.next();
                yield switch (token.kind()) {
                    case NUMBER -> new Value.Numeral(token.text());
                    case TEXT, DOUBLE_QUOTED -> new Value.Text(token.text());
                    case WORD, KEY, OPERATOR, MARK, END -> throw tokens.wrong(token, "a number, or a text in quotes");
                };
            }
        };
    }

    /** A comma may end the list: Python prints a tuple of one as {@code ('a',)}. */
    private static Value texts(Tokens tokens) {
        if (!tokens.takesMark("(")) {
            throw tokens.wrong(tokens.peek(), "'(' and texts in quotes");
        }
        List<String> texts = new ArrayList<>();
        while (texts.isEmpty() || !tokens.takesMark(")")) {
            Tokens.Token token = tokens.next();
            if (token.kind() != Tokens.Kind.TEXT && token.kind() != Tokens.Kind.DOUBLE_QUOTED) {
                throw tokens.wrong(token, "a text in quotes");
            }
            texts.add(token.text());
            if (texts.size() > MOST_IN_LIST) {
                throw tokens.wrong(token, "at most " + MOST_IN_LIST + " texts in a list");
            }
            if (!tokens.takesMark(",") && !tokens.peek().isMark(")")) {
                throw tokens.wrong(tokens.peek(), "',' or ')'");
            }
        }
        return new Value.Texts(texts);
    }
}
