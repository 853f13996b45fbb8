namespace Spouts.Generators.Grammar.Cron;

/// <summary>
/// Reads one field of a cron expression from its first character to its last, as Cronos 0.13.0 does, which reads the expression
/// when the program runs. Each method answers whether it could.
/// </summary>
internal sealed class CronFieldReader(CronField field, string text)
{
    private const int MostWeeks = 5;

    private int _at;

    private bool IsAtEnd => _at == text.Length;

    /// <summary>Numbers, ranges, steps, lists and <c>*</c>, which every field takes.</summary>
    public bool TryReadNumbers(out ulong numbers)
    {
        numbers = 0;
        if (Accept('*') || Accept('?'))
            return TryReadStep(field.First, field.Last, ref numbers) && IsAtEnd;
        do
        {
            if (!TryReadRange(ref numbers))
                return false;
        }
        while (Accept(','));
        return IsAtEnd;
    }

    /// <summary>Days of the month: beside numbers <c>L</c>, <c>L-2</c>, <c>LW</c> and <c>15W</c>.</summary>
    public bool TryReadDays(CronDays days)
    {
        if (Accept('L'))
        {
            days.IsFromEnd = true;
            if (Accept('-') && !TryReadNumber(0, field.Last - 1, out days.BeforeEnd))
                return false;
            days.IsNearestWeekday = Accept('W');
            return IsAtEnd;
        }

        if (TryReadValue(out int day) && Accept('W'))
        {
            days.IsNearestWeekday = true;
            days.OfMonth = 1UL << day;
            return IsAtEnd;
        }

        _at = 0;
        return TryReadNumbers(out days.OfMonth);
    }

    /// <summary>Days of the week: beside numbers <c>5L</c> and <c>FRI#2</c>.</summary>
    public bool TryReadWeekdays(CronDays days)
    {
        if (TryReadValue(out int day))
        {
            days.OfWeek = 1UL << day;
            if (Accept('L'))
            {
                days.IsLastOfMonth = true;
                return IsAtEnd;
            }

            if (Accept('#'))
                return TryReadNumber(1, MostWeeks, out days.Week) && IsAtEnd;
        }

        _at = 0;
        return TryReadNumbers(out days.OfWeek);
    }

    /// <summary>A value, or a range of them, which a step alone takes to the field's last number.</summary>
    private bool TryReadRange(ref ulong numbers)
    {
        if (!TryReadValue(out int low))
            return false;
        int high = !IsAtEnd && text[_at] == '/' ? field.Last : low;
        return (!Accept('-') || TryReadValue(out high)) && TryReadStep(low, high, ref numbers);
    }

    /// <summary>What may follow a range; then takes its numbers.</summary>
    private bool TryReadStep(int low, int high, ref ulong numbers)
    {
        int step = 1;
        if (Accept('/') && !TryReadNumber(1, field.Last, out step))
            return false;
        Take(low, high, step, ref numbers);
        return true;
    }

    /// <summary>Takes each number of a range, which may go on from the field's last number to its first.</summary>
    private void Take(int low, int high, int step, ref ulong numbers)
    {
        if (high < low)
        {
            // Of the two Sundays a range passes by the second; from there the remainder is negative, as it is in Cronos.
            int end = ReferenceEquals(field, CronField.DayOfWeek) ? field.Last - 1 : field.Last;
            TakeUpwards(low, end, step, ref numbers);
            low = field.First + step - ((end - low) % step) - 1;
        }

        TakeUpwards(low, high, step, ref numbers);
    }

    private static void TakeUpwards(int low, int high, int step, ref ulong numbers)
    {
        for (int number = low; number <= high; number += step)
            numbers |= 1UL << number;
    }

    /// <summary>A number of the field, or the name of one.</summary>
    private bool TryReadValue(out int value)
    {
        if (TryReadNumber(field.First, field.Last, out value))
            return true;
        for (int number = field.First; number < field.Names.Length; number++)
        {
            string name = field.Names[number];
            if (_at + name.Length > text.Length || !Enumerable.Range(0, name.Length).All(i => Upper(text[_at + i]) == name[i]))
                continue;
            _at += name.Length;
            value = number;
            return true;
        }

        return false;
    }

    /// <summary>A number of one digit or two.</summary>
    private bool TryReadNumber(int least, int most, out int number)
    {
        int end = _at;
        number = 0;
        for (; end < text.Length && text[end] is >= '0' and <= '9'; end++)
            number = end - _at < 2 ? (number * 10) + text[end] - '0' : int.MaxValue;
        if (end == _at || number < least || number > most)
            return false;
        _at = end;
        return true;
    }

    private bool Accept(char wanted)
    {
        if (IsAtEnd || Upper(text[_at]) != wanted)
            return false;
        _at++;
        return true;
    }

    /// <summary>Only ASCII has two cases here.</summary>
    private static char Upper(char c) => c is >= 'a' and <= 'z' ? (char)(c - 'a' + 'A') : c;
}
